// Who is signed in. One per page; permissions decide what is shown, the daemon decides what is done.
import { computed, readonly, ref } from 'vue';
import { ApiError, get, post, remove } from './request';

export interface Who {
  user: string;
  name: string;
  roles: string;
  tenant: string;
  organisation: string;
  permissions: string[];
}

const who = ref<Who | null>(null);
const loaded = ref(false);

export async function loadSession(): Promise<void> {
  try {
    who.value = await get<Who>('./api/session');
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 401) throw e;
    who.value = null;
  } finally {
    loaded.value = true;
  }
}

export async function signIn(user: string, password: string): Promise<void> {
  await post('./api/session', { user, password });
  await loadSession();
}

let onLeaving: () => void = () => undefined;

// Called when the person signs out, not when a session has run out.
export function whenLeaving(fn: () => void): void {
  onLeaving = fn;
}

export async function signOut(): Promise<void> {
  try {
    await remove('./api/session');
  } finally {
    onLeaving();
    who.value = null;
  }
}

export function forgetSession(): void {
  who.value = null;
}

export const may = (permission: string): boolean => who.value?.permissions.includes(permission) ?? false;

export function useSession() {
  return { who: readonly(who), loaded: readonly(loaded), signedIn: computed(() => who.value !== null), may };
}
