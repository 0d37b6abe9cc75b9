// What TypeDoc is told of Lin: a module is named by the entry that a user imports, a page by its first heading, and links to a package's
// folder lead to its module.
import { Converter, PageEvent, ReflectionKind } from 'typedoc';

/** packages/operator/src/linear-algebra/index.ts is @lin/operator/linear-algebra. */
const ENTRY = /packages\/([a-z-]+)\/src\/(?:(.+?)\/)?([a-z-]+)\.ts$/;
/** TypeDoc takes a link to a folder for one to a file that it would copy to media/. */
const PACKAGE_FOLDER = /href="(?:\.\.\/)*(?:media|packages)\/([a-z-]+)\/?"/g;
const MARKDOWN_PAGE = /href="(?!(?:\.\.\/)*media\/)(?:[a-z.]+\/)*([A-Za-z0-9-]+)\.md(#[^"]*)?"/g;

/** @param {import('typedoc').Application} app */
export function load(app) {
  /** Documents by the name of their file. */
  const documents = new Map();
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const entry = ENTRY.exec(reflection.sources?.[0]?.fullFileName ?? '');
    if (!entry) return;
    const [, folder, room, file] = entry;
    reflection.name = ['@lin', folder, room, file === 'index' ? undefined : file].filter(Boolean).join('/');
  });

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    documents.set(document.name.replace(/^.*[/_]/, ''), document);
    const text = document.content.map((part) => part.text).join('');
    const heading = /^# (.+)$/m.exec(text)?.[1];
    if (heading) document.name = heading.replaceAll('`', '').replace(/^@lin\//, '');
  });

  app.renderer.on(PageEvent.END, (page) => {
    const up = '../'.repeat(page.url.split('/').length - 1);
    const source = app.options.getValue('sourceLinkTemplate').replace(/\{path\}.*/, 'packages/');
    const published = new Set(page.project.children?.map(({ name }) => name));
    page.contents = page.contents
      ?.replaceAll(PACKAGE_FOLDER, (_, name) =>
        published.has(`@lin/${name}`) ? `href="${up}modules/_lin_${name}.html"` : `href="${source}${name}"`,
      )
      .replaceAll(MARKDOWN_PAGE, (link, name, heading = '') =>
        documents.has(name) ? `href="${up}${app.renderer.router.getFullUrl(documents.get(name))}${heading}"` : link,
      );
  });
}
