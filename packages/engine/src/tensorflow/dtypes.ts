// TF_DataType (tensorflow/c/tf_datatype.h) and TF_AttrType (tensorflow/c/c_api.h): the numbers the kernels of tfjs-node use.

export const dtypes = {
  TF_FLOAT: 1,
  TF_DOUBLE: 2,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_BFLOAT16: 14,
  TF_COMPLEX128: 18,
  TF_RESOURCE: 20,
} as const;

/** dtypes by the names tfjs has for them. */
export const dtypeNumbers: Readonly<Record<string, number>> = {
  float32: dtypes.TF_FLOAT,
  int32: dtypes.TF_INT32,
  bool: dtypes.TF_BOOL,
  complex64: dtypes.TF_COMPLEX64,
};

export const attributeTypes = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** Bytes of one element of the fixed-size dtypes. */
const ELEMENT_BYTES: Record<number, number> = {
  [dtypes.TF_FLOAT]: 4,
  [dtypes.TF_DOUBLE]: 8,
  [dtypes.TF_INT32]: 4,
  [dtypes.TF_UINT8]: 1,
  [dtypes.TF_COMPLEX64]: 8,
  [dtypes.TF_INT64]: 8,
  [dtypes.TF_BOOL]: 1,
  [dtypes.TF_COMPLEX128]: 16,
};

export function elementBytes(dtype: number): number {
  const bytes = ELEMENT_BYTES[dtype];
  if (bytes === undefined) throw new Error(`createTensor: dtype ${dtype} has no fixed element size.`);
  return bytes;
}
