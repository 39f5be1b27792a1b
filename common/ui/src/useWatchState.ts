// A page that stays current: told by the daemon's event stream where there is one, asked every few seconds where there is none.
// Nothing is asked while the page is hidden.
import { onMounted, onUnmounted } from 'vue';

export function useWatchState(load: () => Promise<void>, every = 3000, events?: string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let gone = false;

  async function tick(): Promise<void> {
    if (!document.hidden) {
      try {
        await load();
      } catch {
        // The next round tries again; a refusal that matters is shown by the page's own load.
      }
    }
    if (!gone) timer = setTimeout(() => void tick(), every);
  }

  function poll(): void {
    clearTimeout(timer);
    if (!gone) timer = setTimeout(() => void tick(), every);
  }

  onMounted(() => {
    if (!events) return poll();
    source = new EventSource(events);
    source.onmessage = () => void load();
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) poll();
    };
  });
  onUnmounted(() => {
    gone = true;
    clearTimeout(timer);
    source?.close();
  });
}
