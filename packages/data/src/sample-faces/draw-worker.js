// draw-worker.ts where Lin runs from its sources. In the package this file is that one, compiled.
import { register } from 'tsx/esm/api';

register();
await import('./draw-worker.ts');
