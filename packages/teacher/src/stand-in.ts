// @lin/teacher/stand-in: untrained networks of the published shapes, for benchmarks and for tests without weights. They recognise nobody.
export { writeStandInPack, type StandInPackOptions } from './stand-in/stand-in-pack.js';
export {
  STAND_IN_NETWORKS,
  writeStandInRecogniser,
  type StandInNetwork,
  type StandInRecogniserOptions,
} from './stand-in/stand-in-recogniser.js';
export { ensureStandInTeacher, type StandInTeacherOptions } from './stand-in/stand-in-teacher.js';
