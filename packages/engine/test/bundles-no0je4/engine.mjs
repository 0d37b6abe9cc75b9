import {
  initEngine
} from "./chunk-5CPH7L3B.mjs";
import "./chunk-CW7RBAUD.mjs";
export {
  initEngine
};
