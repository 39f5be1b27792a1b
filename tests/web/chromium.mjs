// The browser of the tests: Chromium without a window, as its own package; CHROMIUM names another.
import { chromium } from 'playwright-core';

export const launched = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox', '--disable-gpu'] });
