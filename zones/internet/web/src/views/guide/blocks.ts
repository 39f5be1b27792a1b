// A plain text as paragraphs and lists: nothing of it is ever markup.
export interface Block {
  list: boolean;
  lines: string[];
}

export function blocksOf(text: string): Block[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.split('\n').map((l) => l.trim()).filter(Boolean))
    .filter((lines) => lines.length)
    .map((lines) => (lines.every((l) => l.startsWith('- ')) ? { list: true, lines: lines.map((l) => l.slice(2)) } : { list: false, lines }));
}
