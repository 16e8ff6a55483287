import { Button, Result } from 'antd';
import { Link } from 'react-router-dom';

export function NotFound() {
  return (
    <Result
      status="404"
      title="没有这个页面"
      extra={
        <Link to="/meetings">
          <Button type="primary">回到会议</Button>
        </Link>
      }
    />
  );
}
