import { testExampleTypes } from '../../../tools/type-check-examples.js';

testExampleTypes(['../README.md'], import.meta.url, { resolution: 'NodeNext' });
