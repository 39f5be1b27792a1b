// Starts a zone's page: language, session, router with a guard, focus and title after each change of page.
import { createApp, nextTick, watch, type Component } from 'vue';
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router';
import { startElder } from './elder';
import { lang, say, startLang, type Text } from './lang';
import { whenSignedOut } from './request';
import { forgetSession, loadSession, may, useSession } from './session';

declare module 'vue-router' {
  interface RouteMeta {
    title?: Text;
    public?: boolean;
    permission?: string;
  }
}

// Where to go after signing in: an address of this page's own router, nothing else.
export function inside(to: unknown): string {
  return typeof to === 'string' && /^\/(?!\/)/.test(to) && !to.startsWith('/sign-in') ? to : '/';
}

export interface Place {
  root: Component;
  title: Text;
  routes: RouteRecordRaw[];
  withSession: boolean;
  // Whether files of further languages lie beside the page.
  languages?: boolean;
  // Where the first page leads people who may not see it, in this order (the navigation).
  homes?: readonly { to: string; permission?: string }[];
  // Pages that whoever has the permission will need next: fetched when the first one stands, so that a lost line stops nobody.
  ahead?: { permission: string; pages: readonly (() => Promise<unknown>)[] };
  // Called before the router reads the address.
  arrive?: () => void;
}

function guard(router: Router, homes: NonNullable<Place['homes']>): void {
  const { signedIn } = useSession();
  router.beforeEach((to) => {
    if (to.meta.public) return true;
    if (!signedIn.value) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
    const home = homes.find((h) => h.permission && may(h.permission));
    if (to.path === '/' && home && home.to !== '/') return { path: home.to, replace: true };
    if (to.meta.permission && !may(to.meta.permission)) return { path: '/', replace: true };
    return true;
  });
  whenSignedOut(() => {
    forgetSession();
    const now = router.currentRoute.value;
    if (!now.meta.public) void router.replace({ path: '/sign-in', query: { to: now.fullPath, ended: '1' } });
  });
}

// The heading of the new page (a scanner's field where it is a page to scan into) takes the focus as soon as it is there, many pages load first; not from somebody already at work in the page.
let waiting: MutationObserver | undefined;

function focusHeading(): void {
  const heading = (): HTMLElement | null => document.querySelector<HTMLElement>('main form.scan.first input') ?? document.querySelector<HTMLElement>('main h1[tabindex]');
  waiting?.disconnect();
  waiting = undefined;
  const now = heading();
  if (now) return now.focus({ preventScroll: true });
  const main = document.querySelector('main');
  if (!main) return;
  waiting = new MutationObserver(() => {
    const late = heading();
    if (!late) return;
    waiting?.disconnect();
    if (!main.contains(document.activeElement)) late.focus({ preventScroll: true });
  });
  waiting.observe(main, { childList: true, subtree: true });
}

// The code of the page that the address names is fetched beside the session, not after it.
function fetchNamed(router: Router): void {
  const to = router.resolve(window.location.hash.slice(1) || '/');
  for (const component of to.matched.flatMap((m) => Object.values(m.components ?? {})))
    if (typeof component === 'function') void (component as () => Promise<unknown>)().catch(() => undefined);
}

function fetchAhead(ahead: NonNullable<Place['ahead']>): void {
  const quietMs = 2000; // the first page has the line for itself
  const { may } = useSession();
  watch(
    () => may(ahead.permission),
    (now) => {
      if (now) window.setTimeout(() => void Promise.all(ahead.pages.map((page) => page().catch(() => undefined))), quietMs);
    },
    { immediate: true }
  );
}

// What is drawn so far is painted, a tap is answered: then it goes on. A slow phone works at the frame and at its first page for a tenth of a second each.
const breathe = (): Promise<void> => new Promise((done) => setTimeout(done));

export async function start(place: Place): Promise<void> {
  startLang(place.languages);
  startElder();
  place.arrive?.();
  const router = createRouter({ history: createWebHashHistory(), routes: place.routes, scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 } });
  const entitle = (): void => {
    const own = router.currentRoute.value.meta.title;
    document.title = own ? `${say(own)} · ${say(place.title)}` : say(place.title);
  };
  fetchNamed(router);
  if (place.withSession) {
    // A daemon that does not answer is shown by the page itself.
    await loadSession().catch(() => undefined);
    guard(router, place.homes ?? []);
  }
  let turned = false;
  router.afterEach(async () => {
    entitle();
    await nextTick();
    if (turned) focusHeading();
    turned = true;
  });
  watch(lang, entitle);
  const first = router.beforeEach(async () => {
    first();
    await breathe();
  });
  await breathe();
  const app = createApp(place.root);
  app.use(router);
  app.mount('#app');
  if (place.ahead) fetchAhead(place.ahead);
}
