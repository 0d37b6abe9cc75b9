export { FlowLayer, flowLayer, type FlowLayerOptions } from './flow-layer.js';
