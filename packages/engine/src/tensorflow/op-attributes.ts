// One attribute of an eager op, as tfjs-node's kernels describe it, set through the C API.
import { attributeTypes } from './dtypes.js';
import type { Pointer, TensorFlowLibrary } from './c-api.js';

export interface OpAttribute {
  name: string;
  /** A TF_ATTR_* number. */
  type: number;
  value: unknown;
}

/** Sets `attribute` on `op`; arrays become list attributes. */
export function setAttribute(
  tf: TensorFlowLibrary,
  op: Pointer,
  { name, type, value }: OpAttribute,
  status: Pointer,
): void {
  const list = Array.isArray(value) ? (value as unknown[]) : undefined;
  switch (type) {
    case attributeTypes.TF_ATTR_STRING: {
      const bytes = Buffer.from(value as string);
      return tf.setAttrString(op, name, bytes, bytes.length);
    }
    case attributeTypes.TF_ATTR_INT:
      return list
        ? tf.setAttrIntList(op, name, int64s(list as number[]), list.length)
        : tf.setAttrInt(op, name, value as number);
    case attributeTypes.TF_ATTR_FLOAT:
      return list
        ? tf.setAttrFloatList(op, name, Float32Array.from(list as number[]), list.length)
        : tf.setAttrFloat(op, name, value as number);
    case attributeTypes.TF_ATTR_BOOL:
      return list
        ? tf.setAttrBoolList(op, name, Uint8Array.from(list, Number), list.length)
        : tf.setAttrBool(op, name, Number(value));
    case attributeTypes.TF_ATTR_TYPE:
      return tf.setAttrType(op, name, value as number);
    case attributeTypes.TF_ATTR_SHAPE:
      return tf.setAttrShape(op, name, int64s(value as number[]), (value as number[]).length, status);
    default:
      throw new Error(`Attribute ${name} has unknown type ${type}.`);
  }
}

function int64s(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
