// A page that stays current: told by the daemon's event stream where there is one, asked every few seconds where there is none.
// Nothing is asked while the page is hidden, nor is a stream held then: it is one of the six connections that a browser has for a host, and six hidden pages would
// leave none for the seventh.
import { onMounted, onUnmounted } from 'vue';

type Page = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;

// Holds what OPEN gives while the page is seen; looks AGAIN when it is seen anew. Gives back what ends it.
export function whileSeen(page: Page, open: () => { close: () => void }, again: () => void): () => void {
  let held = page.hidden ? undefined : open();
  const turned = (): void => {
    if (page.hidden) {
      held?.close();
      held = undefined;
    } else if (!held) {
      again();
      held = open();
    }
  };
  page.addEventListener('visibilitychange', turned);
  return () => {
    page.removeEventListener('visibilitychange', turned);
    held?.close();
  };
}

export function useWatchState(load: () => Promise<void>, every = 3000, events?: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end: (() => void) | undefined;
  let gone = false;

  async function tick(): Promise<void> {
    if (!document.hidden) await look();
    if (!gone) timer = setTimeout(() => void tick(), every);
  }

  // The next round tries again; a refusal that matters is shown by the page's own load.
  const look = (): Promise<void> => load().catch(() => undefined);

  function poll(): void {
    clearTimeout(timer);
    if (!gone) timer = setTimeout(() => void tick(), every);
  }

  function stream(address: string): EventSource {
    const source = new EventSource(address);
    source.onmessage = () => void look();
    source.onopen = () => clearTimeout(timer);
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) poll();
    };
    return source;
  }

  onMounted(() => {
    if (events) end = whileSeen(document, () => stream(events), () => void look());
    else poll();
  });
  onUnmounted(() => {
    gone = true;
    clearTimeout(timer);
    end?.();
  });
}
