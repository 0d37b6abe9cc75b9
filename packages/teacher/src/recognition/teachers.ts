// The kinds of teacher, by the name that `loadTeacher` and configurations have for them. Another one is a file of its own, and a line here.
import { openOnnxTeacher } from './onnx-teacher.js';

export const TEACHERS = {
  onnx: openOnnxTeacher,
};

export type TeacherKind = keyof typeof TEACHERS;
