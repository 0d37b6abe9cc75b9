// Pictures in rows and columns with a name for each.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';

export interface PictureGridOptions {
  title: string;
  rowNames: readonly string[];
  columnNames: readonly string[];
}

const SIDE = 112; // of a picture as it is drawn, in units of the SVG, as are those below
const GAP = 8;
const LEFT = 110;
const TOP = 70;

/**
 * Pictures in rows and columns, drawn as squares, with a name for each row and column.
 * @param pictures `data:` URLs, row by row.
 * @throws FigureError for another number of them than rows · columns.
 * @example
 * ```ts
 * import { pictureGrid } from '@lin/figures';
 * const picture = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')}`;
 * const { svg } = pictureGrid([picture, picture], { title: 'faces', rowNames: ['a'], columnNames: ['b', 'c'] });
 * console.log(svg.match(/<image/g)?.length);
 * ```
 * ```text
 * 2
 * ```
 */
export function pictureGrid(pictures: readonly string[], { title, rowNames, columnNames }: PictureGridOptions): Figure {
  const [rows, columns] = [rowNames.length, columnNames.length];
  if (pictures.length !== rows * columns)
    throw new FigureError(
      `pictureGrid: ${pictures.length} pictures for ${rows} rows of ${columns}; expected ${rows * columns}.`,
    );
  const text = (content: string, x: number, y: number) => ({
    type: 'text' as const,
    left: x,
    top: y,
    style: { text: content, fontSize: 12, fill: COLOURS.text },
  });
  return renderChart(
    {
      title: { text: title, left: 'center', top: 10, textStyle: { fontSize: 15 } },
      graphic: [
        ...columnNames.map((name, j) => text(name, LEFT + j * (SIDE + GAP) + SIDE / 2 - 14, 46)),
        ...rowNames.map((name, i) => text(name, 14, TOP + i * (SIDE + GAP) + SIDE / 2 - 6)),
        ...pictures.map((image, k) => ({
          type: 'image' as const,
          left: LEFT + (k % columns) * (SIDE + GAP),
          top: TOP + Math.floor(k / columns) * (SIDE + GAP),
          style: { image, width: SIDE, height: SIDE },
        })),
      ],
    },
    { width: LEFT + columns * (SIDE + GAP) + 12, height: TOP + rows * (SIDE + GAP) + 12 },
  );
}
