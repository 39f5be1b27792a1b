// Reads a QR code off the camera, on the device alone: no picture leaves it, and nothing is fetched for it once the page is loaded.
import decodeQR from 'qr/decode.js';

const everyMs = 150;
const sideMax = 720; // enough for a receipt held before the camera; a larger picture only costs time

export function decodeFrame(image: ImageData): string | null {
  try {
    return decodeQR({ width: image.width, height: image.height, data: image.data });
  } catch {
    return null; // no code in this picture
  }
}

// Shows the camera in `video` until a code was read or `stop` is called. Rejects when there is no camera, or it is not allowed.
export async function scan(video: HTMLVideoElement, found: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let timer = 0;
  const stop = (): void => {
    window.clearInterval(timer);
    for (const t of stream.getTracks()) t.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  timer = window.setInterval(() => {
    const scale = Math.min(1, sideMax / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width || !canvas.height || !context) return;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = decodeFrame(context.getImageData(0, 0, canvas.width, canvas.height));
    if (text === null) return;
    stop();
    found(text);
  }, everyMs);
  return stop;
}
