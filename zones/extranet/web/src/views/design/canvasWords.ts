// What the canvas says of its tools, in Chinese.
export const canvasWords: Record<string, string> = {
  'Activate hand tool': '移动画布', 'Activate lasso tool': '框选', 'Activate create/remove space tool': '调整间距', 'Activate global connect tool': '连线',
  'Create start event': '开始', 'Create intermediate/boundary event': '中间事件', 'Create end event': '结束', 'Create gateway': '网关', 'Create task': '任务', 'Create expanded sub-process': '子流程',
  'Create data object reference': '数据对象', 'Create data store reference': '数据存储', 'Create pool/participant': '参与者', 'Create group': '分组',
  'Append task': '追加任务', 'Append end event': '追加结束', 'Append gateway': '追加网关', 'Append intermediate/boundary event': '追加中间事件', 'Append text annotation': '追加注释', 'Add text annotation': '注释', 'Append compensation activity': '追加补偿',
  'Append receive task': '追加接收任务', 'Append message intermediate catch event': '追加消息', 'Append timer intermediate catch event': '追加定时', 'Append conditional intermediate catch event': '追加条件', 'Append signal intermediate catch event': '追加信号',
  'Connect to other element': '连到另一步骤', 'Connect using association': '用关联线连接', 'Change element': '改变类型', 'Change type': '改变类型', 'Delete': '删除', 'Remove': '删除', 'Set color': '颜色',
  'User task': '人工任务', 'Service task': '服务任务', 'Script task': '脚本任务', 'Manual task': '手工任务', 'Receive task': '接收任务', 'Send task': '发送任务', 'Business rule task': '规则任务', 'Task': '任务', 'Call activity': '调用活动',
  'Exclusive gateway': '排他网关', 'Parallel gateway': '并行网关', 'Inclusive gateway': '包容网关', 'Event-based gateway': '事件网关', 'Complex gateway': '复杂网关', 'Start event': '开始', 'End event': '结束',
  'Timer intermediate catch event': '定时', 'Message intermediate catch event': '消息', 'Timer boundary event': '超时', 'Message boundary event': '消息边界', 'Compensation boundary event': '补偿边界', 'Error boundary event': '错误边界',
  'Sequence flow': '顺序流', 'Default flow': '默认流', 'Conditional flow': '条件流', 'Search in diagram': '在图中查找', 'Add shape': '添加', 'Align elements': '对齐', 'Distribute elements horizontally': '横向等距', 'Distribute elements vertically': '纵向等距'
};
