// One application with its business, loaded together.
import { onMounted, ref, type Ref } from 'vue';
import { useForm } from '@sanwang/ui';
import { getApplication, businessOf, type Application, type Business } from '../../api/portal';

export interface Loaded {
  application: Ref<Application | null>;
  business: Ref<Business | null>;
  load: () => Promise<void>;
  form: ReturnType<typeof useForm>;
}

export function useApplication(id: () => string): Loaded {
  const application = ref<Application | null>(null);
  const business = ref<Business | null>(null);
  const form = useForm();

  async function load(): Promise<void> {
    const a = await getApplication(id());
    business.value = await businessOf(a);
    application.value = a;
  }

  onMounted(() => form.load(load));
  return { application, business, load, form };
}
