// What is done on a page that is still being filled waits and is done once; what is done twice is done once.
import { describe, expect, it } from 'vitest';
import { useForm } from './useForm';

function gate(): { open: () => void; wait: () => Promise<void> } {
  let open = (): void => undefined;
  const wait = new Promise<void>((done) => (open = done));
  return { open, wait: () => wait };
}

describe('a form', () => {
  it('does what came while it was being filled, afterwards and once', async () => {
    const form = useForm();
    const filling = gate();
    const order: string[] = [];
    const filled = form.load(async () => {
      await filling.wait();
      order.push('filled');
    });
    expect(form.busy.value).toBe(false);
    const first = form.run(async () => {
      expect(form.busy.value).toBe(true);
      order.push('act');
    });
    const second = form.run(async () => void order.push('again'));
    filling.open();
    expect(await Promise.all([filled, first, second])).toEqual([true, true, false]);
    expect(order).toEqual(['filled', 'act']);
  });

  it('shows what was asked last, though the page was still being filled with something else', async () => {
    const form = useForm();
    const filling = gate();
    let day = 'today';
    const rows: string[] = [];
    const load = async (): Promise<void> => {
      const asked = day;
      await filling.wait();
      rows.splice(0, rows.length, asked);
    };
    const first = form.load(load);
    day = 'monday';
    const second = form.load(load);
    const third = form.load(load);
    const act = form.run(async () => void rows.push('act'));
    filling.open();
    expect(await Promise.all([first, second, third, act])).toEqual([true, true, true, true]);
    expect(rows).toEqual(['monday', 'act']);
  });

  it('goes on when filling it failed', async () => {
    const form = useForm();
    const filled = form.load(() => Promise.reject(new Error('gone')));
    const act = form.run(async () => undefined);
    await expect(filled).rejects.toThrow('gone');
    expect(await act).toBe(true);
  });

  it('takes one act at a time', async () => {
    const form = useForm();
    const doing = gate();
    const first = form.run(doing.wait);
    expect(await form.run(async () => undefined)).toBe(false);
    expect(await form.load(async () => undefined)).toBe(false);
    doing.open();
    expect(await first).toBe(true);
  });
});
