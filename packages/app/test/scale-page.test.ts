// The job files of docs/scale.md: bash reads the scripts, and the pods of the manifest find each other.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { placeInCluster } from '../src/cluster/place.js';

interface Resource {
  kind: string;
  metadata: { name: string };
  spec: {
    clusterIP?: string;
    selector?: Record<string, string>;
    completions?: number;
    parallelism?: number;
    template?: { spec: { subdomain?: string; containers: { env: { name: string; value: string }[] }[] } };
  };
}

const page = await readFile(new URL('../../../docs/scale.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1]!);

test('its scripts are read by bash', () => {
  const scripts = blocks('sh');
  expect(scripts.length).toBeGreaterThanOrEqual(6);
  for (const script of scripts) execFileSync('bash', ['-n'], { input: script });
});

test("the training job's pods have the names that its service gives them, and are as many as they wait for", () => {
  const resources = blocks('yaml').flatMap((text) => loadAll(text) as Resource[]);
  const job = resources.find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'ms1mv2')!;
  const service = resources.find(({ kind }) => kind === 'Service')!;
  const { completions, parallelism, template } = job.spec;
  const pod = template!.spec;
  expect(service.spec).toMatchObject({ clusterIP: 'None', selector: { 'job-name': job.metadata.name } });
  expect([pod.subdomain, parallelism]).toEqual([service.metadata.name, completions]);
  const environment = Object.fromEntries(pod.containers[0]!.env.map(({ name, value }) => [name, value]));
  for (let index = 0; index < completions!; index++) {
    const set = { ...environment, JOB_COMPLETION_INDEX: `${index}`, HOSTNAME: `${job.metadata.name}-${index}` };
    const place = placeInCluster(set)!;
    expect(place.index).toBe(index);
    expect(place.workers).toHaveLength(completions!);
    expect(place.workers[index]).toMatch(new RegExp(`^${job.metadata.name}-${index}\\.${service.metadata.name}:\\d+$`));
  }
});
