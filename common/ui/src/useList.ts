// Keys of a list: j/k or the arrows move, Home/End jump, Enter opens. Keys typed into a field are the field's.
import { onMounted, onUnmounted, ref, watch, type Ref } from 'vue';

export function moveTo(key: string, at: number, n: number): number | null {
  if (n === 0) return null;
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return Math.min(at + 1, n - 1);
    case 'k':
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return n - 1;
    default:
      return null;
  }
}

export const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export function useList(count: () => number, open: (at: number) => void, focus: (at: number) => void): { at: Ref<number> } {
  const at = ref(-1);

  function onKey(e: KeyboardEvent): void {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog[open]')) return;
    if (e.key === 'Enter') {
      // A focused link or button opens by itself.
      if (at.value >= 0 && (e.target === document.body || e.target === null)) open(at.value);
      return;
    }
    const next = moveTo(e.key, at.value, count());
    if (next === null) return;
    e.preventDefault();
    at.value = next;
    focus(next);
  }

  watch(count, (n) => {
    if (at.value >= n) at.value = n - 1;
  });
  onMounted(() => window.addEventListener('keydown', onKey));
  onUnmounted(() => window.removeEventListener('keydown', onKey));
  return { at };
}
