// @lin/figures: charts as SVG and PNG, in Node and without a browser.
export { angleHeatMap, type AngleHeatMapOptions, type AngleTable } from './angle-heat-map.js';
export { eigenvaluePlane } from './eigenvalue-plane.js';
export { FigureError } from './errors.js';
export { COLOURS, figureOf, renderChart, type ChartOption, type Figure, type FigureSize } from './figure.js';
export { singularValueCurve, type SingularValueCurve, type SingularValueCurveOptions } from './singular-value-curve.js';
