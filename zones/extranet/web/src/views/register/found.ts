// What was found last, kept while the page is open: coming back from a unit shows it again. Never the identity number that was asked.
import { ref } from 'vue';
import type { Found, Model } from '../../api/registry';

export const wanted = ref('');
export const sought = ref<Record<string, string>>({});
export const found = ref<Found[] | null>(null);
export const next = ref('');
export const model = ref<Model | null>(null);
