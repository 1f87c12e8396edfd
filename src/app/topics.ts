import { readdirSync, readFileSync } from 'node:fs';
import type { TopicText } from '../model/topic.ts';

/** The pages lie beside the program, built or not: dist/chunks, dist/commands and src/cli are as deep. */
const FOLDER = new URL('../../docs/explain/', import.meta.url);

export function topicIds(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length))
    .sort();
}

/** @param id one of `topicIds`. */
export function readTopic(id: string): TopicText {
  const page = readFileSync(new URL(`${id}.md`, FOLDER), 'utf8');
  const end = page.indexOf('\n');
  return { id, title: page.slice('# '.length, end), text: page.slice(end).trim() };
}

/** The topic of this name, or all whose names begin so; none for what looks like a file. */
export function matchingTopics(name: string): string[] {
  const ids = topicIds();
  return ids.includes(name) ? [name] : ids.filter((id) => id.startsWith(name));
}
