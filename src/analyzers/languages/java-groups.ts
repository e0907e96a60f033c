// Long because most of it is data: which Maven group publishes which artifact.
import { addTo } from '../../collections.ts';
import { folderOf } from '../../formats/paths.ts';

/**
 * Under which Maven group an artifact is published, for archives that do not say it. Well-known artifacts by a table; others by the
 * packages of their classes, of which every beginning may be the group: an advisory's `group:artifact` decides.
 */

/** `group artifact other*`: an artifact ends in `*` where every name that begins so is of the group. Data only. */
const KNOWN: readonly string[] = [
  'org.springframework.security spring-security-*',
  'org.springframework.security.oauth spring-security-oauth spring-security-oauth2 spring-security-oauth-*',
  'org.springframework.boot spring-boot*',
  'org.springframework.cloud spring-cloud-*',
  'org.springframework.data spring-data-*',
  'org.springframework.amqp spring-amqp spring-rabbit*',
  'org.springframework.kafka spring-kafka*',
  'org.springframework.integration spring-integration-*',
  'org.springframework.batch spring-batch-*',
  'org.springframework.ws spring-ws-* spring-xml',
  'org.springframework.webflow spring-webflow spring-binding spring-js*',
  'org.springframework.hateoas spring-hateoas',
  'org.springframework.ldap spring-ldap-*',
  'org.springframework.session spring-session-*',
  'org.springframework.retry spring-retry',
  'org.springframework spring-core spring-beans spring-context spring-context-support spring-web spring-webmvc spring-webmvc-portlet spring-webflux spring-aop spring-aspects spring-expression spring-jdbc spring-jms spring-jcl spring-messaging spring-orm spring-oxm spring-test spring-tx spring-websocket spring-instrument spring',
  'com.fasterxml.jackson.core jackson-core jackson-databind jackson-annotations',
  'com.fasterxml.jackson.dataformat jackson-dataformat-*',
  'com.fasterxml.jackson.datatype jackson-datatype-*',
  'com.fasterxml.jackson.module jackson-module-*',
  'com.fasterxml.woodstox woodstox-core',
  'org.codehaus.woodstox stax2-api woodstox-core-asl wstx-asl',
  'org.codehaus.jackson jackson-core-asl jackson-mapper-asl jackson-jaxrs jackson-xc',
  'org.codehaus.jettison jettison',
  'org.codehaus.groovy groovy groovy-* groovy-all',
  'org.codehaus.plexus plexus-*',
  'org.apache.logging.log4j log4j-*',
  'log4j log4j apache-log4j-extras',
  'ch.qos.reload4j reload4j',
  'ch.qos.logback logback-*',
  'org.slf4j slf4j-* jcl-over-slf4j jul-to-slf4j log4j-over-slf4j',
  'commons-beanutils commons-beanutils*',
  'commons-chain commons-chain',
  'commons-cli commons-cli',
  'commons-codec commons-codec',
  'commons-collections commons-collections',
  'commons-configuration commons-configuration',
  'commons-daemon commons-daemon',
  'commons-dbcp commons-dbcp',
  'commons-dbutils commons-dbutils',
  'commons-digester commons-digester',
  'commons-discovery commons-discovery',
  'commons-el commons-el',
  'commons-fileupload commons-fileupload',
  'commons-httpclient commons-httpclient',
  'commons-io commons-io',
  'commons-jxpath commons-jxpath',
  'commons-lang commons-lang',
  'commons-logging commons-logging commons-logging-api',
  'commons-net commons-net',
  'commons-pool commons-pool',
  'commons-validator commons-validator',
  'org.apache.commons commons-lang3 commons-text commons-compress commons-collections4 commons-configuration2 commons-csv commons-crypto commons-dbcp2 commons-email commons-exec commons-fileupload2* commons-imaging commons-jcs* commons-jexl* commons-math commons-math3 commons-pool2 commons-proxy commons-rng-* commons-vfs2* commons-weaver-*',
  'org.apache.httpcomponents httpclient httpcore httpmime fluent-hc httpasyncclient httpclient-* httpcore-nio httpclient-cache',
  'org.apache.httpcomponents.client5 httpclient5*',
  'org.apache.httpcomponents.core5 httpcore5*',
  'org.apache.tomcat.embed tomcat-embed-*',
  'org.apache.tomcat tomcat-catalina tomcat-coyote tomcat-dbcp tomcat-jasper tomcat-jdbc tomcat-juli tomcat-servlet-api tomcat-util* tomcat-websocket tomcat-jni tomcat-el-api tomcat-api tomcat-annotations-api tomcat-tribes tomcat-catalina-ha',
  'org.eclipse.jetty jetty-*',
  'org.eclipse.jetty.ee8 jetty-ee8-*',
  'org.eclipse.jetty.ee9 jetty-ee9-*',
  'org.eclipse.jetty.ee10 jetty-ee10-*',
  'org.eclipse.jetty.websocket websocket-* jetty-websocket-*',
  'org.eclipse.jetty.http2 http2-*',
  'org.mortbay.jetty jetty jetty-util servlet-api-2.5',
  'org.apache.struts struts2-* struts-core struts-taglib struts-tiles struts-extras struts-el',
  'org.apache.struts.xwork xwork-core',
  'com.opensymphony xwork',
  'struts struts',
  'ognl ognl',
  'org.apache.shiro shiro-*',
  'org.apache.velocity velocity velocity-engine-core velocity-tools velocity-engine-*',
  'velocity velocity',
  'org.freemarker freemarker',
  'org.apache.poi poi poi-*',
  'org.apache.xmlbeans xmlbeans',
  'org.apache.pdfbox pdfbox fontbox xmpbox preflight jempbox pdfbox-*',
  'org.apache.tika tika-*',
  'org.apache.lucene lucene-*',
  'org.apache.solr solr-*',
  'org.elasticsearch elasticsearch elasticsearch-*',
  'org.elasticsearch.client elasticsearch-rest-client elasticsearch-rest-high-level-client transport',
  'org.apache.zookeeper zookeeper zookeeper-jute',
  'org.apache.kafka kafka-clients kafka_2.* connect-* kafka-streams*',
  'org.apache.hadoop hadoop-*',
  'org.apache.hive hive-*',
  'org.apache.hbase hbase-*',
  'org.apache.spark spark-*',
  'org.apache.flink flink-*',
  'org.apache.parquet parquet-*',
  'org.apache.avro avro avro-* ',
  'org.apache.arrow arrow-*',
  'org.apache.calcite calcite-*',
  'org.apache.calcite.avatica avatica-core avatica*',
  'org.apache.curator curator-*',
  'org.apache.thrift libthrift',
  'org.apache.activemq activemq-* artemis-*',
  'org.apache.camel camel-*',
  'org.apache.cxf cxf-*',
  'org.apache.axis axis axis-jaxrpc',
  'axis axis',
  'org.apache.axis2 axis2-* axis2',
  'org.apache.santuario xmlsec',
  'org.apache.wss4j wss4j-*',
  'org.apache.ws.security wss4j',
  'org.apache.mina mina-core',
  'org.apache.sshd sshd-core sshd-common sshd-*',
  'org.apache.ant ant ant-*',
  'ant ant',
  'org.apache.ivy ivy',
  'org.apache.maven maven-core maven-model maven-artifact maven-*',
  'org.apache.derby derby derbyclient derbynet derbytools',
  'org.apache.pulsar pulsar-*',
  'org.apache.dubbo dubbo dubbo-*',
  'org.apache.tiles tiles-*',
  'org.apache.myfaces.core myfaces-* myfaces-shared-core',
  'org.apache.myfaces.shared myfaces-shared-*',
  'org.apache.xmlgraphics batik-* fop xmlgraphics-commons',
  'xalan xalan serializer',
  'xerces xercesImpl xerces',
  'xml-apis xml-apis xml-apis-ext',
  'xml-security xmlsec',
  'org.dom4j dom4j',
  'dom4j dom4j',
  'org.jdom jdom jdom2',
  'jaxen jaxen',
  'net.sourceforge.htmlunit htmlunit neko-htmlunit',
  'nekohtml nekohtml',
  'org.jsoup jsoup',
  'org.owasp.antisamy antisamy',
  'org.owasp.esapi esapi',
  'com.googlecode.owasp-java-html-sanitizer owasp-java-html-sanitizer',
  'com.google.guava guava guava-* failureaccess',
  'com.google.code.gson gson',
  'com.google.protobuf protobuf-java protobuf-java-util protobuf-javalite protobuf-kotlin',
  'com.google.oauth-client google-oauth-client*',
  'com.google.http-client google-http-client*',
  'com.google.inject guice',
  'io.grpc grpc-*',
  'io.netty netty netty-all netty-buffer netty-codec* netty-common netty-handler* netty-resolver* netty-transport*',
  'org.jboss.netty netty',
  'io.undertow undertow-core undertow-servlet undertow-websockets-jsr',
  'io.vertx vertx-*',
  'io.projectreactor reactor-core',
  'io.projectreactor.netty reactor-netty*',
  'io.micronaut micronaut-*',
  'io.quarkus quarkus-*',
  'io.dropwizard dropwizard-*',
  'io.jsonwebtoken jjwt jjwt-*',
  'com.auth0 java-jwt jwks-rsa',
  'com.nimbusds nimbus-jose-jwt oauth2-oidc-sdk',
  'org.bitbucket.b_c jose4j',
  'net.minidev json-smart accessors-smart',
  'org.json json',
  'com.googlecode.json-simple json-simple',
  'net.sf.json-lib json-lib',
  'com.jayway.jsonpath json-path',
  'com.alibaba fastjson druid druid-* easyexcel transmittable-thread-local',
  'com.alibaba.fastjson2 fastjson2',
  'com.alibaba.nacos nacos-*',
  'com.thoughtworks.xstream xstream xstream-*',
  'com.esotericsoftware kryo kryo-shaded',
  'com.caucho hessian',
  'org.yaml snakeyaml',
  'org.hibernate hibernate-core hibernate-entitymanager hibernate-validator hibernate-c3p0 hibernate-ehcache hibernate',
  'org.hibernate.validator hibernate-validator*',
  'org.hibernate.orm hibernate-*',
  'org.mybatis mybatis mybatis-spring',
  'com.baomidou mybatis-plus*',
  'org.postgresql postgresql',
  'postgresql postgresql',
  'mysql mysql-connector-java',
  'com.mysql mysql-connector-j',
  'org.mariadb.jdbc mariadb-java-client',
  'com.h2database h2',
  'org.hsqldb hsqldb',
  'hsqldb hsqldb',
  'org.xerial sqlite-jdbc',
  'org.xerial.snappy snappy-java',
  'com.microsoft.sqlserver mssql-jdbc',
  'com.oracle.database.jdbc ojdbc*',
  'com.ibm.db2 jcc',
  'net.snowflake snowflake-jdbc',
  'com.amazon.redshift redshift-jdbc42',
  'com.zaxxer HikariCP',
  'com.mchange c3p0 mchange-commons-java',
  'c3p0 c3p0',
  'net.sf.ehcache ehcache ehcache-core',
  'org.ehcache ehcache',
  'com.hazelcast hazelcast hazelcast-*',
  'org.infinispan infinispan-*',
  'org.quartz-scheduler quartz quartz-jobs',
  'org.jgroups jgroups',
  'org.bouncycastle bcprov-* bcpkix-* bcpg-* bcmail-* bctls-* bcutil-* bc-fips bcpkix-fips',
  'bouncycastle bcprov-*',
  'org.conscrypt conscrypt-*',
  'com.squareup.okhttp3 okhttp okhttp-* logging-interceptor mockwebserver',
  'com.squareup.okhttp okhttp',
  'com.squareup.okio okio okio-jvm',
  'com.squareup.retrofit2 retrofit',
  'org.asynchttpclient async-http-client*',
  'com.ning async-http-client',
  'org.glassfish.jersey.core jersey-client jersey-common jersey-server',
  'com.sun.jersey jersey-client jersey-core jersey-server jersey-json',
  'org.glassfish.grizzly grizzly-*',
  'org.glassfish jakarta.el javax.el javax.faces jakarta.faces javax.json jakarta.json',
  'com.sun.faces jsf-impl jsf-api',
  'com.sun.mail javax.mail jakarta.mail',
  'javax.mail mail',
  'com.sun.xml.bind jaxb-impl jaxb-core',
  'org.jboss.resteasy resteasy-*',
  'org.jboss.xnio xnio-api xnio-nio',
  'org.wildfly.security wildfly-elytron*',
  'org.keycloak keycloak-*',
  'org.picketlink picketlink-*',
  'org.opensaml opensaml opensaml-* xmltooling openws',
  'org.pac4j pac4j-*',
  'org.jenkins-ci.main jenkins-core remoting cli',
  'org.kohsuke.stapler stapler*',
  'commons-jelly commons-jelly',
  'org.beanshell bsh bsh-*',
  'bsh bsh',
  'org.mozilla rhino rhino-*',
  'rhino js',
  'org.python jython jython-standalone',
  'org.jruby jruby-*',
  'org.scala-lang scala-library scala-compiler scala-reflect scala3-*',
  'org.jetbrains.kotlin kotlin-stdlib kotlin-stdlib-* kotlin-*',
  'org.clojure clojure',
  'com.typesafe.akka akka-*',
  'com.typesafe.play play_*',
  'org.ow2.asm asm asm-*',
  'asm asm',
  'org.javassist javassist',
  'javassist javassist',
  'cglib cglib cglib-nodep',
  'aopalliance aopalliance',
  'org.aspectj aspectjrt aspectjweaver aspectjtools',
  'junit junit',
  'org.junit.jupiter junit-jupiter*',
  'org.testng testng',
  'org.mockito mockito-*',
  'org.hamcrest hamcrest*',
  'joda-time joda-time',
  'org.apache.logging.log4j log4j-api-scala*',
  'org.zeroturnaround zt-zip',
  'net.lingala.zip4j zip4j',
  'org.codehaus.plexus plexus-archiver',
  'com.github.junrar junrar',
  'org.tukaani xz',
  'org.lz4 lz4-java',
  'net.jpountz.lz4 lz4',
  'com.github.luben zstd-jni',
  'com.jcraft jsch jzlib',
  'com.github.mwiede jsch',
  'com.cronutils cron-utils',
  'org.apache.sling org.apache.sling.*',
  'org.apache.felix org.apache.felix.*',
  'com.itextpdf itextpdf itext7-core kernel layout io',
  'com.lowagie itext',
  'org.jfree jfreechart jcommon',
  'net.sf.jasperreports jasperreports',
  'org.liquibase liquibase-core',
  'org.flywaydb flyway-core',
  'redis.clients jedis',
  'io.lettuce lettuce-core',
  'org.mongodb mongo-java-driver mongodb-driver-* bson',
  'com.rabbitmq amqp-client',
  'org.eclipse.paho org.eclipse.paho.client.mqttv3',
  'com.amazonaws aws-java-sdk-* aws-java-sdk',
  'software.amazon.awssdk aws-core sdk-core s3 sts bundle',
  'software.amazon.ion ion-java',
  'com.azure azure-*',
  'com.microsoft.azure msal4j adal4j azure-*',
  'ai.h2o h2o-*',
  'org.tensorflow tensorflow-core-api libtensorflow proto',
  'org.deeplearning4j deeplearning4j-*',
  'org.nd4j nd4j-*',
  'ai.djl api',
  'ml.dmlc xgboost4j*',
  'org.pytorch torchserve-plugins-sdk',
  'com.clickhouse clickhouse-*',
  'io.trino trino-jdbc',
  'com.facebook.presto presto-jdbc',
  'org.influxdb influxdb-java',
  'org.graalvm.js js',
  'org.graalvm.sdk graal-sdk',
  'com.vaadin vaadin-* flow-server',
  'com.liferay.portal com.liferay.portal.*',
  'org.webjars bootstrap jquery swagger-ui',
  'org.webjars.npm bootstrap jquery swagger-ui',
  'io.swagger swagger-*',
  'org.springdoc springdoc-openapi-*',
  'io.springfox springfox-*',
  'org.thymeleaf thymeleaf thymeleaf-spring*',
  'com.hubspot.jinjava jinjava',
  'io.pebbletemplates pebble',
  'org.apache.groovy groovy groovy-*',
  'com.unboundid unboundid-ldapsdk',
  'org.apache.directory.api api-ldap-*',
];

const exact = new Map<string, string[]>();
const beginnings: (readonly [beginning: string, group: string])[] = [];
for (const line of KNOWN) {
  const [group = '', ...artifacts] = line.trim().split(' ');
  for (const artifact of artifacts)
    if (artifact.endsWith('*')) beginnings.push([artifact.slice(0, -1), group]);
    else addTo(exact, artifact, group);
}

/** Groups that publish an artifact of this name, as far as the table goes. */
export function knownGroups(artifact: string): readonly string[] {
  const named = exact.get(artifact) ?? [];
  const fitting = beginnings.filter(([beginning]) => artifact.startsWith(beginning));
  const longest = Math.max(0, ...fitting.map(([beginning]) => beginning.length));
  return [
    ...new Set([...named, ...fitting.filter(([beginning]) => beginning.length === longest).map(([, group]) => group)]),
  ];
}

/** Parts that a group has at least and at most: `org.apache`, `org.springframework.security.oauth.boot`. */
const [FEWEST, MOST] = [2, 5];

/** Every beginning of a dotted name that may be a group, the longest first. */
export function groupsWithin(name: string): readonly string[] {
  const parts = name.split('.').slice(0, MOST);
  const groups: string[] = [];
  for (let count = parts.length; count >= FEWEST; count -= 1) groups.push(parts.slice(0, count).join('.'));
  return groups;
}

/** Where the classes of an archive lie, told one member at a time. */
export interface ClassFolders {
  add(member: string): void;
  /** Classes seen. */
  readonly count: number;
  /** The package that most of them share, `org.springframework.security`; undefined where there is none of two parts. */
  common(): string | undefined;
}

/** Folders kept for one archive. */
const FOLDERS = 2_000;

/** Collects the packages of an archive's classes. */
export function classFolders(): ClassFolders {
  const folders = new Map<string, number>();
  let count = 0;
  return {
    add(member) {
      if (!member.endsWith('.class') || member.startsWith('META-INF/')) return;
      count += 1;
      const folder = folderOf(member);
      if (folders.size < FOLDERS || folders.has(folder)) folders.set(folder, (folders.get(folder) ?? 0) + 1);
    },
    get count() {
      return count;
    },
    common: () => commonPackage(folders),
  };
}

function commonPackage(folders: ReadonlyMap<string, number>): string | undefined {
  const tops = new Map<string, number>();
  const topOf = (folder: string): string => folder.split('/', 2).join('/');
  for (const [folder, number] of folders) tops.set(topOf(folder), (tops.get(topOf(folder)) ?? 0) + number);
  const [top] = [...tops].filter(([name]) => name.includes('/')).sort((a, b) => b[1] - a[1])[0] ?? [];
  if (top === undefined) return undefined;
  let shared: string[] | undefined;
  for (const folder of folders.keys()) {
    if (topOf(folder) !== top) continue;
    const parts = folder.split('/');
    const before: string[] = shared ?? parts;
    const differs = before.findIndex((part, at) => parts[at] !== part);
    shared = differs < 0 ? before : before.slice(0, differs);
  }
  return shared?.join('.');
}
