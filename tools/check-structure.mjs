// Holds the structure: no circle of files, and none of folders at any depth below a package's src, type imports included. What lies in src
// itself belongs to no folder: entries, errors, and the few files that rooms of a package share or that join them. Prints each circle with
// the imports that close it; exits with 1 where there is one. Usage: node tools/check-structure.mjs [FOLDER, this checkout by default]
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { cruise } from 'dependency-cruiser';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** [importer, imported] of all sources, in paths from the root. */
async function importsOfSources() {
  const { output } = await cruise(['packages'], {
    includeOnly: '^packages/[^/]+/src/',
    exclude: { path: '\\.test\\.ts$' },
    tsPreCompilationDeps: true, // what TypeScript erases, type imports, counts too
    enhancedResolveOptions: {
      conditionNames: ['@lin/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  });
  return output.modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => [source, resolved]).filter(([from, to]) => from !== to),
  );
}

/** The strongly connected components with more than one node (Tarjan 1972, https://doi.org/10.1137/0201010). */
function circlesOf(edges) {
  const targets = new Map();
  for (const [from, to] of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const index = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of targets.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) circles.push(new Set(component));
  };
  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return circles;
}

const imports = await importsOfSources();
const found = circlesOf(imports).map((files) => ({ what: 'files', imports: inside(files, imports, (file) => file) }));

/** Of one package and between its rooms: what lies in src itself, entries and errors, stands above and below them all. */
const betweenRooms = imports.filter(
  ([from, to]) => from.split('/')[1] === to.split('/')[1] && [from, to].every((file) => file.split('/').length > 4),
);
const depths = Math.max(...imports.map(([from]) => from.split('/').length - 1));
for (let depth = 4; depth <= depths; depth++) {
  const folderOf = (file) => file.split('/').slice(0, -1).slice(0, depth).join('/');
  const edges = betweenRooms.map(([from, to]) => [folderOf(from), folderOf(to)]).filter(([from, to]) => from !== to);
  for (const folders of circlesOf(edges)) {
    const what = `folders ${[...folders].join(', ')}`;
    if (!found.some((circle) => circle.what === what))
      found.push({ what, imports: inside(folders, betweenRooms, folderOf) });
  }
}

/** The imports between members of a circle. */
function inside(members, all, memberOf) {
  const between = ([from, to]) =>
    members.has(memberOf(from)) && members.has(memberOf(to)) && memberOf(from) !== memberOf(to);
  return all.filter(between).map(([from, to]) => `  ${from} → ${to}`);
}

for (const circle of found) process.stdout.write(`Circle of ${circle.what}:\n${circle.imports.join('\n')}\n`);
process.stdout.write(found.length === 0 ? `no circle in ${imports.length} imports\n` : `${found.length} circles\n`);
process.exitCode = found.length === 0 ? 0 : 1;
