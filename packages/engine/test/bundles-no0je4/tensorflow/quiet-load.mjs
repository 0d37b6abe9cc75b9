import {
  isHidden,
  quietly
} from "../chunk-CW7RBAUD.mjs";
export {
  isHidden,
  quietly
};
