// The queue as it is looked at: filter, pages by key, where one stands, what is chosen. It outlives the page, so that coming back from a case leads to
// where one was.
import { computed, reactive, ref } from 'vue';
import { NO_FILTER, queueCounts, queuePage, type Counts, type Cursor, type Filter, type QueueRow } from '../../api/desk';

export const QUEUE_PAGE = 50;
const START: Cursor = { due: '', number: '' };

const filter = reactive<Filter>({ ...NO_FILTER });
const pages = ref<Cursor[]>([START]); // the key behind which each page begins, up to this one
const rows = ref<QueueRow[] | null>(null);
const counts = ref<Counts | null>(null);
const more = ref(false);
const at = ref(''); // id of the row one stands on
const chosen = reactive(new Map<string, QueueRow>());
let asked = 0;

async function load(): Promise<void> {
  const mine = ++asked;
  const after = pages.value.at(-1) ?? START;
  const [page, all] = await Promise.all([queuePage({ ...filter }, after, QUEUE_PAGE + 1), queueCounts({ ...filter })]);
  if (mine !== asked) return;
  const index = rows.value?.findIndex((r) => r.id === at.value) ?? -1;
  rows.value = page.slice(0, QUEUE_PAGE);
  more.value = page.length > QUEUE_PAGE;
  counts.value = all;
  // Who stood on a row that has gone stands on the one that took its place.
  if (at.value && !rows.value.some((r) => r.id === at.value)) at.value = rows.value[Math.min(Math.max(index, 0), rows.value.length - 1)]?.id ?? '';
  for (const id of chosen.keys()) {
    const now = rows.value.find((r) => r.id === id);
    if (now) chosen.set(id, now);
  }
}

async function choose(part: Partial<Filter>): Promise<void> {
  Object.assign(filter, part);
  pages.value = [START];
  at.value = '';
  chosen.clear();
  await load();
}

async function turn(by: 1 | -1): Promise<boolean> {
  const last = rows.value?.at(-1);
  if (by === 1) {
    if (!more.value || !last) return false;
    pages.value = [...pages.value, { due: last.due, number: last.number }];
  } else {
    if (pages.value.length < 2) return false;
    pages.value = pages.value.slice(0, -1);
  }
  at.value = '';
  await load();
  at.value = (by === 1 ? rows.value?.[0] : rows.value?.at(-1))?.id ?? '';
  return true;
}

export function useQueue() {
  return {
    filter, rows, counts, more, at, chosen, load, choose, turn,
    page: computed(() => pages.value.length),
    filtered: computed(() => Object.values(filter).some(Boolean))
  };
}

// The case behind this one in the queue, for who goes on without looking at the list.
export function nextInQueue(id: string): string {
  const i = rows.value?.findIndex((r) => r.id === id) ?? -1;
  return i < 0 ? (rows.value?.[0]?.id ?? '') : (rows.value?.[i + 1]?.id ?? '');
}
