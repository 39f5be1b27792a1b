// The office that somebody has to do with: chosen by region, the last choice kept on this device.
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import { listRegions, type Region } from '../../api/portal';

const kept = 'sanwang.region';

export interface Place {
  value: string;
  text: string;
}
// Province, city, district; what is called the same is said once.
export const placeOf = (r: Region): Place => ({ value: r.code, text: [r.province, r.city, r.name].filter((x, n, all) => x && all.indexOf(x) === n).join(' ') });

export interface Regions {
  region: Ref<string>;
  places: ComputedRef<Place[]>;
  // The office's district by its name; of a division that is not offered, its code.
  nameOf: (code: string) => string;
  load: () => Promise<void>;
  keep: () => void;
}

export function useRegion(): Regions {
  const regions = ref<Region[]>([]);
  const region = ref('');
  return {
    region,
    places: computed(() => regions.value.map(placeOf)),
    nameOf: (code) => regions.value.find((r) => r.code === code)?.name ?? code,
    async load() {
      regions.value = await listRegions();
      const last = localStorage.getItem(kept);
      region.value = regions.value.find((r) => r.code === last)?.code ?? regions.value[0]?.code ?? '';
    },
    keep() {
      if (regions.value.length > 1) localStorage.setItem(kept, region.value);
    }
  };
}
