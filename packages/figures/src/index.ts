// @lin/figures: charts as SVG and PNG, in Node and without a browser.
export { angleHeatMap, type AngleHeatMapOptions, type AngleTable } from './angle-heat-map.js';
export { barSteps, type BarStep, type BarStepsOptions, type StepCaption } from './bar-steps.js';
export { barsBesideCurve, type BarSeries, type CurveOverPlaces, type GroupedBars } from './bars-beside-curve.js';
export { eigenvaluePlane } from './eigenvalue-plane.js';
export { FigureError } from './errors.js';
export { COLOURS, figureOf, renderChart, type ChartOption, type Figure, type FigureSize } from './figure.js';
export { lineChart, type Curve, type CurveAxis, type LineChartOptions } from './line-chart.js';
export { pictureGrid, type PictureGridOptions } from './picture-grid.js';
export { pictureUrl, type PictureSize } from './picture-url.js';
export { picturesOverBars, type PicturesOverBarsOptions, type PictureWithBars } from './pictures-over-bars.js';
export { gridCentres, gridLines, type PlanePoint, type PlaneRange } from './plane-grid.js';
export { planePanels, type PlaneLines, type PlanePanel, type PlanePoints } from './plane-panels.js';
export { singularValueCurve, type SingularValueCurve, type SingularValueCurveOptions } from './singular-value-curve.js';
export type { Threshold } from './threshold.js';
