// What the office issued to the person: certificates, proofs, notices, by application.
import { get, path } from '@sanwang/ui';
import type { components } from '@sanwang/api/intaked';

type Schemas = components['schemas'];
export type Issued = Schemas['Issued'];
export type OwnIssued = Schemas['OwnIssued'];

export const listDocuments = async (): Promise<OwnIssued[]> => (await get<{ rows: OwnIssued[] }>(path('documents'))).rows;
export const documentUrl = (application: string, number: string, format: 'pdf' | 'ofd'): string => path('applications', application, 'documents', number, format);
