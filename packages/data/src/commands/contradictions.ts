// What inspect and verify say of labels that may be wrong.
export const contradictionsOf = (count: number): string =>
  `${count} identity records disagree with the images' own labels; people are told apart by the images' own labels`;

export const roundedLabelsOf = (count: number): string =>
  `${count} images have labels of 16777216 or more, which float32 rounds: ` +
  'people whose labels were neighbours are one here; renumber them';
