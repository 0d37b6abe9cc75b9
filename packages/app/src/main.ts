// `nx train app` and its siblings.
import { runApp } from './app.js';

await runApp(process.argv.slice(2));
