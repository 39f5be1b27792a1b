// Errors of a form: a list on top that links to the fields, and one line at each field. The list takes the focus when it appears.
import { nextTick, ref } from 'vue';
import { ApiError } from './request';

export interface FormError {
  field: string; // id of the input, '' when it belongs to none
  text: string;
  to?: string; // route that mends it, when that is another page
}

export function useForm() {
  const errors = ref<FormError[]>([]);
  const busy = ref(false); // an act is on its way: its button rests. Not while the page is filled, or a key pressed then would be lost with the button.
  let working = false;

  const errorOf = (field: string): string => errors.value.find((e) => e.field === field)?.text ?? '';

  async function show(list: FormError[]): Promise<void> {
    errors.value = list;
    await nextTick();
    document.getElementById('error-summary')?.focus();
  }

  // For who has seen that nothing is at work.
  async function once(act: () => Promise<void>, onRefused?: (e: ApiError) => FormError[] | null): Promise<boolean> {
    working = true;
    errors.value = [];
    try {
      await act();
      return true;
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      await show(onRefused?.(e) ?? [{ field: '', text: e.shown }]);
      return false;
    } finally {
      working = false;
    }
  }

  // Runs what a button does: once at a time, with the daemon's refusal shown. What is done while the page is still being filled, as by a scanner, waits
  // for that and is not lost.
  let loading: Promise<unknown> | null = null;
  let waiting = false;
  async function run(act: () => Promise<void>, onRefused?: (e: ApiError) => FormError[] | null): Promise<boolean> {
    if (loading && !waiting) {
      waiting = true;
      while (loading) await loading;
      waiting = false;
    }
    if (working) return false;
    busy.value = true;
    return once(act, onRefused).finally(() => (busy.value = false));
  }

  // Fills the page. What is asked while it is being filled (another day, another link) follows: else the old rows would stand under the new heading.
  function load(act: () => Promise<void>): Promise<boolean> {
    if (loading) return loading.then(() => load(act));
    if (working) return Promise.resolve(false);
    const filled = once(act);
    loading = filled.catch(() => false).finally(() => (loading = null));
    return filled;
  }

  return { errors, busy, errorOf, show, run, load, clear: () => (errors.value = []) };
}
