/** As numpy's rint and OpenCV's cvRound: 0.5 → 0, 1.5 → 2. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
