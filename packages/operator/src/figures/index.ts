export { angleHeatMap, type AngleHeatMapOptions } from './angle-heat-map.js';
export { eigenvaluePlane } from './eigenvalue-plane.js';
export { COLOURS, figureOf, renderChart, type ChartOption, type Figure, type FigureSize } from './figure.js';
export { singularValueCurve, type SingularValueCurve, type SingularValueCurveOptions } from './singular-value-curve.js';
