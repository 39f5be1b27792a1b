import { createApp } from 'vue';
import { startLang } from '@sanwang/ui';
import '@sanwang/ui/style.css';
import SignPage from './SignPage.vue';

startLang();
createApp(SignPage).mount('#app');
