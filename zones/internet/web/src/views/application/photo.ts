// A photograph as it is sent to be compared: at most 900 pixels wide or high, JPEG, base64. One that the browser cannot draw goes as it is.
const SIDE = 900;

async function smaller(file: Blob): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((done) => canvas.toBlob((b) => done(b ?? file), 'image/jpeg', 0.9));
  } catch {
    return file;
  }
}

export async function photoText(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await (await smaller(file)).arrayBuffer());
  let raw = '';
  for (let at = 0; at < bytes.length; at += 32768) raw += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(raw);
}
