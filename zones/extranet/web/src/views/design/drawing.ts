// The canvas on which a process is drawn (bpmn-js), with what this registry's drawings say beside BPMN itself: acts, permissions, another person, topics.
import Modeler from 'bpmn-js/lib/Modeler';
import { lang } from '@sanwang/ui';
import { canvasWords } from './canvasWords';

// Of bpmn-js and diagram-js, as far as it is used here.
export interface Shape { id: string; type: string; x: number; y: number; width: number; height: number; parent: Shape; outgoing: Shape[]; source: Shape; target: Shape; businessObject: Bo; labelTarget?: Shape; host?: Shape }
export interface Bo { id: string; name?: string; $type: string; $parent: Bo; get(name: string): unknown; eventDefinitions?: Bo[]; conditionExpression?: { body?: string } }
type At = { x: number; y: number };
interface Modeling {
  appendShape(source: Shape, shape: object, at: At, parent?: Shape): Shape;
  createShape(shape: object, at: At, parent: Shape, hints?: object): Shape;
  updateProperties(element: Shape, properties: object): void;
  updateModdleProperties(element: Shape, object: Bo, properties: object): void;
  connect(source: Shape, target: Shape): Shape;
  removeConnection(connection: Shape): void;
  moveElements(shapes: Shape[], by: At): void;
}
const moddle = {
  name: 'Sanwang', prefix: 'sw', uri: 'urn:sanwang:bpmn', xml: { tagAlias: 'lowerCase' },
  types: [
    { name: 'Act', extends: ['bpmn:UserTask'], properties: ['action', 'role', 'notBy'].map((name) => ({ name, isAttr: true, type: 'String' })) },
    { name: 'Work', extends: ['bpmn:ServiceTask'], properties: [{ name: 'topic', isAttr: true, type: 'String' }] },
    { name: 'Term', extends: ['bpmn:TimerEventDefinition'], properties: ['calendar', 'term'].map((name) => ({ name, isAttr: true, type: 'String' })) }
  ]
};
export interface StepKind { code: string; type: string; zh: string; en: string; role?: string }
// What can be added by one press; everything else is drawn.
export const stepKinds: readonly StepKind[] = [
  { code: 'accept', type: 'bpmn:UserTask', zh: '受理', en: 'Acceptance', role: 'case.accept' },
  { code: 'graphics', type: 'bpmn:UserTask', zh: '收取图形', en: 'Taking the graphics', role: 'graphics.add' },
  { code: 'cadastral', type: 'bpmn:IntermediateCatchEvent', zh: '权籍审核结果', en: 'Result of the cadastral review' },
  { code: 'tax', type: 'bpmn:UserTask', zh: '核验完税', en: 'Tax paid', role: 'case.tax' },
  { code: 'review', type: 'bpmn:UserTask', zh: '初审', en: 'First review', role: 'case.review' },
  { code: 'notice', type: 'bpmn:ServiceTask', zh: '公告', en: 'Public notice' },
  { code: 'check', type: 'bpmn:UserTask', zh: '核查', en: 'Inquiry', role: 'case.review' },
  { code: 'approve', type: 'bpmn:UserTask', zh: '复审核定', en: 'Second review', role: 'case.enter' },
  { code: 'enter', type: 'bpmn:UserTask', zh: '登簿', en: 'Entry', role: 'case.enter' },
  { code: 'certificate', type: 'bpmn:ServiceTask', zh: '缮证', en: 'Certificate' },
  { code: 'archive', type: 'bpmn:UserTask', zh: '归档', en: 'Archive', role: 'case.review' },
  { code: 'end', type: 'bpmn:EndEvent', zh: '办结', en: 'End' }
];

export function openCanvas(container: HTMLElement) {
  const words = (text: string, values: Record<string, string> = {}): string => (lang.value === 'en' ? text : (canvasWords[text] ?? text)).replace(/\{(\w+)\}/g, (all, k: string) => values[k] ?? all);
  const modeler = new Modeler({ container, moddleExtensions: { sw: moddle }, additionalModules: [{ translate: ['value', words] }] });
  const modeling = modeler.get<Modeling>('modeling');
  const registry = modeler.get<{ filter(f: (e: Shape) => boolean): Shape[]; get(id: string): Shape | undefined }>('elementRegistry');
  const selection = modeler.get<{ get(): Shape[]; select(e: Shape): void }>('selection');
  const factory = modeler.get<{ create(type: string, attrs: object): Bo }>('bpmnFactory');
  const flowing = (e: Shape): boolean => !e.labelTarget && /(Task|Event|Gateway)$/.test(e.type) && e.type !== 'bpmn:BoundaryEvent';
  const flowsOf = (e: Shape): Shape[] => (e.outgoing ?? []).filter((c) => c.type === 'bpmn:SequenceFlow');

  // Behind what is selected, else behind the last step.
  function place(): Shape | undefined {
    const chosen = selection.get()[0];
    if (chosen && flowing(chosen)) return chosen;
    return registry.filter((e) => flowing(e) && e.type !== 'bpmn:EndEvent' && flowsOf(e).length === 0 && !e.businessObject.get('isForCompensation')).sort((a, b) => b.x - a.x)[0];
  }
  function message(shape: Shape, name: string): void {
    let definitions = shape.businessObject;
    while (definitions.$parent) definitions = definitions.$parent;
    const made = factory.create('bpmn:Message', { id: `message-${name}`, name });
    (definitions.get('rootElements') as Bo[]).push(made);
    made.$parent = definitions;
    modeling.updateModdleProperties(shape, shape.businessObject.eventDefinitions![0]!, { messageRef: made });
  }
  // A tax voucher is void when the case goes back behind it.
  function voids(task: Shape): void {
    const boundary = modeling.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType: 'bpmn:CompensateEventDefinition' }, { x: task.x + task.width, y: task.y + task.height }, task, { attach: true });
    const undo = modeling.appendShape(boundary, { type: 'bpmn:ServiceTask', isForCompensation: true }, { x: task.x + task.width + 100, y: task.y + task.height + 90 });
    modeling.updateProperties(undo, { id: 'tax-void', name: '撤销完税登记', 'sw:topic': 'tax-void' });
  }
  function ends(task: Shape, id: string, name: string, by: string, left: number): Shape {
    const shape = modeling.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType: by }, { x: task.x + left, y: task.y + task.height }, task, { attach: true });
    modeling.updateProperties(shape, { ...(registry.get(id) ? {} : { id }), name });
    return shape;
  }
  // 公告 is over when its term is, or when somebody objects, which is looked into; both ways meet behind it. Returns where they do.
  function announced(task: Shape): Shape {
    const over = ends(task, 'notice-over', '公告期满', 'bpmn:TimerEventDefinition', 82), objection = ends(task, 'notice-objection', '公告异议', 'bpmn:MessageEventDefinition', 22);
    modeling.updateModdleProperties(over, over.businessObject.eventDefinitions![0]!, { timeDuration: factory.create('bpmn:FormalExpression', { body: 'P15D' }), 'sw:calendar': 'working', 'sw:term': 'notice' });
    message(objection, 'objection');
    const look = modeling.appendShape(objection, { type: 'bpmn:UserTask' }, { x: task.x + task.width + 100, y: task.y + task.height + 90 });
    modeling.updateProperties(look, { ...(registry.get('objection-check') ? {} : { id: 'objection-check' }), name: '核查异议', 'sw:action': 'check', 'sw:role': 'case.review' });
    const merge = modeling.appendShape(task, { type: 'bpmn:ExclusiveGateway' }, { x: task.x + task.width + 215, y: task.y + task.height / 2 });
    modeling.connect(over, merge);
    modeling.connect(look, merge);
    return merge;
  }
  function add(kind: StepKind): void {
    const source = place();
    if (!source) return;
    const [next] = flowsOf(source);
    const target = next?.target;
    if (target) modeling.moveElements(registry.filter((e) => !e.labelTarget && !e.host && e.width > 0 && e.x > source.x && e.parent === source.parent && !('waypoints' in e)), { x: kind.code === 'notice' ? 400 : 150, y: 0 });
    const event = kind.type.endsWith('Event'), gap = event ? 90 : 100;
    const shape = modeling.appendShape(source, { type: kind.type, ...(kind.code === 'cadastral' ? { eventDefinitionType: 'bpmn:MessageEventDefinition' } : {}) }, { x: source.x + source.width + gap, y: source.y + source.height / 2 });
    const said = kind.type === 'bpmn:UserTask' ? { 'sw:action': kind.code, 'sw:role': kind.role } : kind.type === 'bpmn:ServiceTask' ? { 'sw:topic': kind.code } : {};
    const other = kind.code === 'enter' && registry.get('review') ? { 'sw:notBy': 'review' } : {};
    modeling.updateProperties(shape, { ...(registry.get(kind.code) ? {} : { id: kind.code }), name: kind.zh, ...said, ...other });
    if (kind.code === 'cadastral') message(shape, 'cadastral');
    if (kind.code === 'tax') voids(shape);
    const last = kind.code === 'notice' ? announced(shape) : shape;
    if (next && target) {
      modeling.removeConnection(next);
      modeling.connect(last, target);
    }
    selection.select(last);
    modeler.get<{ scrollToElement(e: Shape): void }>('canvas').scrollToElement(shape);
  }
  function condition(flow: Shape, body: string): void {
    modeling.updateProperties(flow, { conditionExpression: body.trim() ? factory.create('bpmn:FormalExpression', { body: body.trim(), language: 'jq' }) : undefined });
  }
  return {
    add,
    condition,
    tasks: (): Shape[] => registry.filter((e) => e.type === 'bpmn:UserTask'),
    set: (e: Shape, properties: object): void => modeling.updateProperties(e, properties),
    async open(xml: string): Promise<void> {
      await modeler.importXML(xml);
      modeler.get<{ zoom(to: string, at?: string): void }>('canvas').zoom('fit-viewport', 'auto');
    },
    save: async (): Promise<string> => (await modeler.saveXML({ format: true })).xml ?? '',
    on: (event: string, f: () => void): void => modeler.on(event, f),
    selected: (): Shape | undefined => selection.get()[0],
    fit: (): void => modeler.get<{ zoom(to: string, at?: string): void }>('canvas').zoom('fit-viewport', 'auto'),
    undo: (): void => modeler.get<{ undo(): void }>('commandStack').undo(),
    close: (): void => modeler.destroy()
  };
}
export type Canvas = ReturnType<typeof openCanvas>;
