// check-page.mjs BROWSER PAGE - opens a page in Chromium at two widths and in two colour schemes, and prints what it found as JSON.
import { chromium } from 'playwright-core';

const [, , executablePath, page] = process.argv;
const url = new URL(`file://${page}`).href;
const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
const findings = [];
for (const width of [390, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    const tab = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
    const messages = [], requests = [];
    tab.on('console', message => messages.push(message.text()));
    tab.on('pageerror', error => messages.push(String(error)));
    tab.on('dialog', dialog => { messages.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    tab.on('request', request => { if (request.url() !== url) requests.push(request.url()); });
    await tab.goto(url);
    for (const details of await tab.locator('details').all()) await details.evaluate(element => { element.open = true; });
    const seen = await tab.evaluate(inspect);
    if (await tab.locator('.map').count()) {
      // The script runs: the policy lets it.
      await tab.locator('.map .head').first().hover();
      seen.tip = await tab.locator('.tip').textContent();
    }
    findings.push({ width, colorScheme, messages, requests, ...seen });
    await tab.close();
  }
}
await browser.close();
console.log(JSON.stringify(findings));

/** Runs in the page. */
function inspect() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const background = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.a === 1) return colour;
      if (colour.a !== 0) throw new Error(`a background that is partly transparent: ${e.className}`);
    }
    return rgb('white');
  };
  const texts = [];
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length || element.closest('svg')) continue;
    const [one, other] = [luminance(rgb(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => b - a);
    texts.push({ text: walker.currentNode.data.trim().slice(0, 60), contrast: (one + 0.05) / (other + 0.05) });
  }
  const box = element => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { id: element.id, left, top, width, height };
  };
  const map = document.querySelector('.map');
  return {
    scrollWidth: document.documentElement.scrollWidth,
    texts,
    map: map && box(map),
    areas: [...document.querySelectorAll('.area')].map(area => ({ ...box(area), parts: [...area.querySelectorAll('.part')].map(box) })),
    tips: [...document.querySelectorAll('.part')].map(part => part.dataset.tip),
    elements: [...new Set([...document.querySelectorAll('*')].map(element => element.localName))].sort(),
    attributes: [...new Set([...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames()))].sort(),
    scripts: document.scripts.length,
    unnamed: [...document.querySelectorAll('svg, .map')].filter(image => !image.getAttribute('aria-label')).length,
    tablesWithoutHeaders: [...document.querySelectorAll('table')].filter(table => !table.querySelector('thead th[scope=col]')).length,
  };
}
