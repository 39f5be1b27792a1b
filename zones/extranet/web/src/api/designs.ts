// Businesses as data 业务设计: what is published and proposed, one version to look at, a check, a proposal and its decision.
import { get, path, post } from '@sanwang/ui';
import type { components } from '@sanwang/api/registryd';

type Schemas = components['schemas'];
export type DesignRow = Schemas['DesignRow'];
export type DesignList = Schemas['DesignList'];
export type DesignChoices = Schemas['DesignChoices'];
export type DesignTexts = Schemas['DesignTexts'];
export type Design = Schemas['Design'];

export const loadDesigns = (): Promise<DesignList> => get<DesignList>(path('designs'));
export const loadChoices = (): Promise<DesignChoices> => get<DesignChoices>(path('design-choices'));
export const loadDesign = (code: string, version: number): Promise<DesignTexts> => get<DesignTexts>(path('designs', code, version));
export const checkDesign = (d: Design): Promise<unknown> => post(path('design-check'), { ...d });
export const proposeDesign = (d: Design): Promise<unknown> => post(path('designs'), { ...d });
export const decideDesign = (r: DesignRow, agree: boolean): Promise<Schemas['VersionDecided']> => post(path('designs', r.code, r.version, agree ? 'approve' : 'refuse'), {});
