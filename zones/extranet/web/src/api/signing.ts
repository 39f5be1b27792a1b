// The own signing key 签名密钥: decisions are signed with it by the daemon, which opens it once in a session. An act that finds it closed asks for the
// passphrase and then goes on by itself.
import { ref } from 'vue';
import { ApiError, path, post } from '@sanwang/ui';

export interface SigningKey {
  open: boolean;
  key?: string;
  until?: string;
}
export const openKey = (passphrase: string): Promise<SigningKey> => post(path('signing'), { passphrase });

// Whoever waits for the passphrase now; the dialog answers with true when the key is open.
export const asked = ref<((opened: boolean) => void) | null>(null);

// One dialog at a time: who comes later waits for the same answer.
let opening: Promise<boolean> | null = null;
function ask(): Promise<boolean> {
  opening ??= new Promise<boolean>((done) => (asked.value = done)).finally(() => {
    asked.value = null;
    opening = null;
  });
  return opening;
}

export async function signed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (e) {
    if (!(e instanceof ApiError) || e.code !== 'LOCKED' || !(await ask())) throw e;
    return act();
  }
}
