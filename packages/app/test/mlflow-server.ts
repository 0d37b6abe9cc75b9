export { FakeMlflow, freePort, PNG } from '../../train/test/mlflow-server.js';
