import type { ComponentView } from './documents.ts';
import { numberIn, objectIn, textIn } from './documents.ts';
import { History } from './history.ts';
import { Rate } from './rate.ts';

/** One entity as its topics tell of it. */
export class EntityModel {
  readonly id: string;
  readonly history = new History();
  readonly rate = new Rate();
  component: ComponentView | undefined;
  available = true;
  /** As it came; undefined until it did. */
  state: string | undefined;
  /** 0 to 255, of a light. */
  brightness: number | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** On or off, for what is one of the two. */
  get on(): boolean | undefined {
    return this.state === 'ON' ? true : this.state === 'OFF' ? false : undefined;
  }

  /** How its history is drawn: a number's curve, a light's level, or the times that something was on or happened. */
  get shape(): 'curve' | 'level' | 'blocks' {
    if (this.brightness !== undefined) return 'level';
    return this.state !== undefined && numeric(this.state) !== undefined ? 'curve' : 'blocks';
  }

  takeState(payload: Buffer, now_ms: number): void {
    const document = objectIn(payload);
    this.state = textIn(document, 'state') ?? payload.toString();
    this.brightness = numberIn(document, 'brightness');
    const value = this.on === undefined ? numeric(this.state) : level(this.on, this.brightness);
    if (value !== undefined) this.history.record(value, now_ms);
  }

  takeEvent(payload: Buffer, now_ms: number): void {
    this.state = textIn(objectIn(payload), 'event_type') ?? payload.toString();
    // An event is over at once: back to nothing in the next step.
    this.history.record(1, now_ms);
    this.history.record(0, now_ms);
  }
}

/** A light that is dimmed draws its brightness; everything else that is on draws a full block. */
function level(on: boolean, brightness: number | undefined): number {
  if (!on) return 0;
  return brightness === undefined ? 1 : brightness / 255;
}

function numeric(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
