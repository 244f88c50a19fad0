import com.zx.sms.codec.cmpp.msg.CmppDeliverRequestMessage;
import com.zx.sms.codec.cmpp.msg.CmppReportRequestMessage;
import com.zx.sms.codec.cmpp.msg.CmppSubmitRequestMessage;
import com.zx.sms.codec.cmpp.msg.CmppSubmitResponseMessage;
import com.zx.sms.connect.manager.EndpointEntity.ChannelType;
import com.zx.sms.connect.manager.EndpointManager;
import com.zx.sms.connect.manager.cmpp.CMPPServerChildEndpointEntity;
import com.zx.sms.connect.manager.cmpp.CMPPServerEndpointEntity;
import com.zx.sms.handler.api.AbstractBusinessHandler;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A CMPP gateway made of sms-core: takes submits, says each whole text on standard output, and reports each part.
 *
 * <p>Arguments: PORT SECRET ACCOUNT_2_0 ACCOUNT_3_0.
 */
public final class SmsCoreGateway {
  private SmsCoreGateway() {}

  public static void main(final String[] arguments) throws InterruptedException {
    final var server = new CMPPServerEndpointEntity();
    server.setId("server");
    server.setHost("127.0.0.1");
    server.setPort(Integer.valueOf(arguments[0]));
    server.setValid(true);
    server.addchild(account(arguments[2], arguments[1], (short) 0x20));
    server.addchild(account(arguments[3], arguments[1], (short) 0x30));
    EndpointManager.INS.openEndpoint(server);
    Thread.currentThread().join();
  }

  private static CMPPServerChildEndpointEntity account(
      final String name, final String secret, final short version) {
    final var child = new CMPPServerChildEndpointEntity();
    child.setId(name);
    child.setUserName(name);
    child.setPassword(secret);
    child.setVersion(version);
    child.setValid(true);
    child.setChannelType(ChannelType.DUPLEX);
    child.setMaxChannels((short) 4);
    child.setRetryWaitTimeSec((short) 30);
    child.setMaxRetryCnt((short) 1);
    child.setBusinessHandlerSet(new ArrayList<>(List.of(new Reporter())));
    return child;
  }

  /** Answers and reports every part; a handler is cloned for each connection. */
  private static final class Reporter extends AbstractBusinessHandler {
    @Override
    public String name() {
      return "reporter";
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object heard)
        throws Exception {
      if (!(heard instanceof CmppSubmitRequestMessage submit)) {
        context.fireChannelRead(heard);
        return;
      }
      final var parts = new ArrayList<CmppSubmitRequestMessage>(List.of(submit));
      if (submit.getFragments() != null) {
        parts.addAll(submit.getFragments());
      }
      final String text =
          HexFormat.of().formatHex(submit.getMsgContent().getBytes(StandardCharsets.UTF_8));
      System.out.println("TAKEN " + submit.getDestterminalId()[0] + " " + parts.size() + " " + text);
      for (final var part : parts) {
        final var answer = new CmppSubmitResponseMessage(part.getHeader().getSequenceId());
        answer.setResult(0);
        context.writeAndFlush(answer);
        context.writeAndFlush(reportOn(part, answer));
      }
    }

    private static CmppDeliverRequestMessage reportOn(
        final CmppSubmitRequestMessage part, final CmppSubmitResponseMessage answer) {
      final var report = new CmppReportRequestMessage();
      report.setMsgId(answer.getMsgId());
      report.setStat("DELIVRD");
      report.setSubmitTime("2611231200");
      report.setDoneTime("2611231201");
      report.setDestterminalId(part.getDestterminalId()[0]);
      report.setSmscSequence(0);
      final var deliver = new CmppDeliverRequestMessage();
      deliver.setDestId(part.getSrcId());
      deliver.setSrcterminalId(part.getDestterminalId()[0]);
      deliver.setReportRequestMessage(report);
      return deliver;
    }
  }
}
