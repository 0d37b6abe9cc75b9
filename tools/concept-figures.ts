// The three pictures of docs/why.md, from a flow that is trained on two moons: the plane as the flow sees it, the middle of two points,
// and a linear map's singular directions. Usage: node --conditions=@lin/source --import tsx tools/concept-figures.ts [FOLDER]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '@lin/engine';
import { fit, Flow, likelihoodStep, realNVP } from '@lin/invertible';
import { InducedSpace, vectorChart } from '@lin/linearizer';

type Point = readonly [number, number];
type Line = readonly Point[];

const STEPS = 500;
const BATCH = 256;
const SIDE = 300; // pixels of a panel
const GAP = 60;
const PALE = '#c9d3dd';
const BLUE = '#2563c9';
const RED = '#c93a25';
const GREEN = '#1d8a50';
const GREY = '#5b6673';

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/figures', import.meta.url));
await initEngine();
const data = twoMoons(4000);
const transform = realNVP({ dim: 2, numBlocks: 8, hiddenDim: 48, seed: 1 });
const flow = new Flow({ transform });
const step = likelihoodStep(flow, { optimizer: tf.train.adam(5e-3), maxGradientNorm: 5 });
let likelihood = 0;
for await (const loss of fit(flow, { data, steps: STEPS, batchSize: BATCH, step })) likelihood = loss;
process.stdout.write(`${STEPS} steps, ${likelihood.toFixed(3)} nats a point\n`);

const space = new InducedSpace(vectorChart(transform));
const g = (points: Line) => pointsOf(transform.apply(tf.tensor2d(points.map(([a, b]) => [a, b]))));
const back = (points: Line) => pointsOf(transform.invert(tf.tensor2d(points.map(([a, b]) => [a, b]))));
const cloud = pointsOf(tf.slice(data, [0, 0], [700, 2]));

writeFileSync(join(folder, 'chart.svg'), chartPicture());
writeFileSync(join(folder, 'induced-line.svg'), linePicture());
writeFileSync(join(folder, 'singular-directions.svg'), singularPicture());

/** The plane of the data, with the lines that g makes straight, beside the plane of g. */
function chartPicture(): string {
  const at = [-2.4, -1.8, -1.2, -0.6, 0, 0.6, 1.2, 1.8, 2.4];
  const run = Array.from({ length: 121 }, (_, i) => -2.4 + (4.8 * i) / 120);
  const grid = [...at.map((a) => run.map((b): Point => [a, b])), ...at.map((b) => run.map((a): Point => [a, b]))];
  const left = panel(0, 'the data', [
    ...grid.map((line) => path(ofData(back(line)), PALE, 1)),
    dots(ofData(cloud), BLUE),
  ]);
  const right = panel(1, 'the data after g', [
    ...grid.map((line) => path(ofLatents(line), PALE, 1)),
    dots(ofLatents(g(cloud)), BLUE),
  ]);
  return picture([left, right, arrow('g')]);
}

/** The straight line between two points of a moon, and the line of the induced space, which stays with the data. */
function linePicture(): string {
  const ends: Line = [moon(0.12), moon(0.88)];
  const [u, v] = ends.map(([a, b]) => tf.tensor2d([[a, b]])) as [tf.Tensor2D, tf.Tensor2D];
  const t = Array.from({ length: 61 }, (_, i) => i / 60);
  const induced = t.flatMap((s) => pointsOf(space.interpolate(u, v, s) as tf.Tensor2D));
  const straight: Line = ends;
  const middle = induced[30]!;
  const mean: Point = [(ends[0]![0] + ends[1]![0]) / 2, (ends[0]![1] + ends[1]![1]) / 2];
  const marks = (place: (line: Line) => Line, [a, b, m]: [Point, Point, Point], colour: string) =>
    dots(place([a, b]), GREY, 5) + dots(place([m]), colour, 5);
  const left = panel(0, 'the data', [
    dots(ofData(cloud), PALE),
    path(ofData(straight), RED, 2, '6 5'),
    path(ofData(induced), GREEN, 2.5),
    marks(ofData, [ends[0]!, ends[1]!, middle], GREEN),
    dots(ofData([mean]), RED, 5),
    label(ofData([mean])[0]!, '(u + v) / 2', RED, [0, 20]),
    label(ofData([middle])[0]!, '½ ⊙ (u ⊕ v)', GREEN, [0, -12]),
  ]);
  const right = panel(1, 'the data after g', [
    dots(ofLatents(g(cloud)), PALE),
    path(ofLatents(g(t.map((s): Point => mix(ends, s)))), RED, 2, '6 5'),
    path(ofLatents(g(induced)), GREEN, 2.5),
    marks(ofLatents, [g(ends)[0]!, g(ends)[1]!, g([middle])[0]!], GREEN),
    dots(ofLatents(g([mean])), RED, 5),
  ]);
  return picture([left, right, arrow('g')]);
}

/** f = g⁻¹ A g with A = U diag(1.5, 0.4) Vᵀ: the unit circle of the induced space and its image, an ellipse there. */
function singularPicture(): string {
  const [cosine, sine] = [Math.cos(0.5), Math.sin(0.5)];
  const s = [1.5, 0.4] as const;
  const V: readonly [Point, Point] = [
    [cosine, sine],
    [-sine, cosine],
  ];
  const U: readonly [Point, Point] = [
    [sine, cosine],
    [-cosine, sine],
  ];
  const combine = ([p, q]: readonly [Point, Point], a: number, b: number): Point => [
    a * p[0] + b * q[0],
    a * p[1] + b * q[1],
  ];
  const turn = Array.from({ length: 181 }, (_, i) => (Math.PI * i) / 90);
  const ray = Array.from({ length: 41 }, (_, i) => i / 40);
  const circle = turn.map((angle) => combine(V, Math.cos(angle), Math.sin(angle)));
  const ellipse = turn.map((angle) => combine(U, s[0] * Math.cos(angle), s[1] * Math.sin(angle)));
  const side = (
    index: 0 | 1,
    name: string,
    round: Line,
    axes: readonly [Line, Line],
    names: readonly [string, string],
  ) =>
    panel(index, name, [
      dots(ofData(cloud), PALE),
      path(ofData(back(round)), GREY, 2),
      path(ofData(back(axes[0])), GREEN, 2.5),
      path(ofData(back(axes[1])), RED, 2.5),
      dots(ofData(back([axes[0].at(-1)!])), GREEN, 5),
      dots(ofData(back([axes[1].at(-1)!])), RED, 5),
      label(ofData(back([axes[0].at(-1)!]))[0]!, names[0], GREEN, [0, -12]),
      label(ofData(back([axes[1].at(-1)!]))[0]!, names[1], RED, [0, -12]),
    ]);
  const left = side(
    0,
    'inputs: length 1',
    circle,
    [ray.map((r) => combine(V, r, 0)), ray.map((r) => combine(V, 0, r))],
    ['v₁', 'v₂'],
  );
  const right = side(
    1,
    'their values under f',
    ellipse,
    [ray.map((r) => combine(U, r * s[0], 0)), ray.map((r) => combine(U, 0, r * s[1]))],
    ['1.5 ⊙ u₁', '0.4 ⊙ u₂'],
  );
  return picture([left, right, arrow('f')]);
}

/** Points of two half circles that reach into each other, with noise; the same ones on every run. */
function twoMoons(count: number): tf.Tensor2D {
  const angle = tf.randomUniform([count], 0, Math.PI, 'float32', 1).arraySync() as number[];
  const noise = tf.randomNormal([count, 2], 0, 0.06, 'float32', 2).arraySync() as unknown as Point[];
  return tf.tensor2d(
    angle.map((a, i) => {
      const [x, y]: Point =
        i % 2 === 0 ? [Math.cos(a) - 0.5, Math.sin(a) - 0.25] : [0.5 - Math.cos(a), 0.25 - Math.sin(a)];
      return [x + noise[i]![0], y + noise[i]![1]];
    }),
  );
}

/** A place on the upper moon, from 0 at its left end to 1 at its right one. */
function moon(t: number): Point {
  const a = Math.PI * (1 - t);
  return [Math.cos(a) - 0.5, Math.sin(a) - 0.25];
}

function mix([a, b]: Line, t: number): Point {
  return [a![0] + t * (b![0] - a![0]), a![1] + t * (b![1] - a![1])];
}

function pointsOf(x: tf.Tensor): Point[] {
  return x.arraySync() as unknown as Point[];
}

function ofData(line: Line): Line {
  return place(line, 1.9);
}

function ofLatents(line: Line): Line {
  return place(line, 3);
}

/** From coordinates in [−reach, reach] to pixels; what lies further out is left out. */
function place(line: Line, reach: number): Line {
  return line
    .filter(([x, y]) => Math.abs(x) <= reach && Math.abs(y) <= reach)
    .map(([x, y]) => [((x / reach + 1) * SIDE) / 2, ((1 - y / reach) * SIDE) / 2]);
}

function path(line: Line, colour: string, width: number, dashes = ''): string {
  const points = line.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dashed = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="${width}"${dashed}/>`;
}

function dots(line: Line, colour: string, radius = 1.2): string {
  return line
    .map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${colour}"/>`)
    .join('');
}

function label([x, y]: Point, text: string, colour: string, [dx, dy]: Point): string {
  return `<text x="${(x + dx).toFixed(1)}" y="${(y + dy).toFixed(1)}" text-anchor="middle" fill="${colour}">${text}</text>`;
}

function panel(index: 0 | 1, name: string, parts: readonly string[]): string {
  return (
    `<g transform="translate(${10 + index * (SIDE + GAP)}, 34)"><rect width="${SIDE}" height="${SIDE}" fill="#fff" stroke="#8895a3"/>` +
    `<text x="${SIDE / 2}" y="-12" text-anchor="middle" fill="#333">${name}</text>${parts.join('')}</g>`
  );
}

function arrow(name: string): string {
  const [x, y] = [SIDE + 20, 34 + SIDE / 2];
  return (
    `<path d="M${x} ${y} h34 m-8 -6 l8 6 l-8 6" fill="none" stroke="#333" stroke-width="1.5"/>` +
    `<text x="${x + 17}" y="${y - 12}" text-anchor="middle" fill="#333" font-style="italic">${name}</text>`
  );
}

function picture(parts: readonly string[]): string {
  const [width, height] = [2 * SIDE + GAP + 20, SIDE + 46];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="DejaVu Sans, Verdana, sans-serif" font-size="13"><rect width="${width}" height="${height}" fill="#fff"/>` +
    `${parts.join('')}</svg>\n`
  );
}
