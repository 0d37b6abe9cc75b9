// What inspect and verify say of identity records that are wrong.
export const contradictionsOf = (count: number): string =>
  `${count} identity records disagree with the images' own labels; people are told apart by the images' own labels`;
