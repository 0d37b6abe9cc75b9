// Pictures in rows and columns with a name for each.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';

export interface PictureGridOptions {
  title: string;
  rowNames: readonly string[];
  columnNames: readonly string[];
}

const SIZE = 112;
const GAP = 8;
const LEFT = 110;
const TOP = 70;

/** `pictures` are `data:` URLs, row by row, drawn as squares. @throws FigureError for another number of them than rows · columns. */
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
        ...columnNames.map((name, j) => text(name, LEFT + j * (SIZE + GAP) + SIZE / 2 - 14, 46)),
        ...rowNames.map((name, i) => text(name, 14, TOP + i * (SIZE + GAP) + SIZE / 2 - 6)),
        ...pictures.map((image, k) => ({
          type: 'image' as const,
          left: LEFT + (k % columns) * (SIZE + GAP),
          top: TOP + Math.floor(k / columns) * (SIZE + GAP),
          style: { image, width: SIZE, height: SIZE },
        })),
      ],
    },
    { width: LEFT + columns * (SIZE + GAP) + 12, height: TOP + rows * (SIZE + GAP) + 12 },
  );
}
