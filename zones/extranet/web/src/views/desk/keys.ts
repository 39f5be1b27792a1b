// Keys of a page: a letter does something unless it is typed into a field or a dialog is open.
import { onMounted, onUnmounted } from 'vue';
import { typing } from '@sanwang/ui';

export type Keys = Record<string, (e: KeyboardEvent) => void>;

export function useKeys(keys: () => Keys): void {
  function onKey(e: KeyboardEvent): void {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector('dialog[open]')) return;
    const run = keys()[e.key];
    if (!run) return;
    // A focused control opens by itself.
    if ((e.key === 'Enter' || e.key === ' ') && e.target instanceof HTMLElement && e.target.closest('a, button, summary, input, [role=tab]')) return;
    e.preventDefault();
    run(e);
  }
  onMounted(() => window.addEventListener('keydown', onKey));
  onUnmounted(() => window.removeEventListener('keydown', onKey));
}
